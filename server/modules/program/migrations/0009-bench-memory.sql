-- What the process that ran a cell held at most meanwhile; null where nobody here can know.
alter table program.bench_cell add column memory_bytes_peak int8 check (memory_bytes_peak > 0);
