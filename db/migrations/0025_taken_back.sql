alter table received
  -- The id of the letter that took back what this one did. Some servers (NodeBB) give every vote of one person on one post the same id: said again
  -- after that, both are forgotten, and it counts.
  add column taken_back_by text;
