CREATE TABLE seats (
    id       bigint PRIMARY KEY,
    holder   text   NOT NULL,
    CONSTRAINT seats_one_each UNIQUE (holder),
    CONSTRAINT seats_named CHECK (holder <> '')
);
