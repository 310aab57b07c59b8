-- The sum of whole numbers as a whole number, out of range refused; PostgreSQL's own makes a numeric of every group.
create aggregate analytics.total(int8) (sfunc = int8pl, stype = int8, initcond = '0', combinefunc = int8pl, parallel = safe);
