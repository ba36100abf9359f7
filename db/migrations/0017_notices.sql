-- What people are told of, and what not: blocks that reach the servers under a name.

-- All names of which a block reaches a server: its host, and without its port that and every name above it (R46).
create function host_names(host text) returns text[] language sql immutable strict parallel safe
  return array[host] || array(
    select array_to_string(labels[i:], '.') from string_to_array(split_part(host, ':', 1), '.') as labels, generate_series(1, cardinality(labels)) as i);
