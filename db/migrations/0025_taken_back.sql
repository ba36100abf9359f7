alter table received
  -- The id of the letter of the same sender that took back what this one did, and when that was signed. Some servers (NodeBB) give every vote of one
  -- person on one post the same id: one that was signed later than it was taken back is a new one, and takes back in turn what took it back.
  add column taken_back_by text,
  add column taken_back_at timestamptz;
