DROP TABLE occupancies;
DROP TABLE planning_sessions;
DROP TABLE rooms;
DROP EXTENSION btree_gist;
