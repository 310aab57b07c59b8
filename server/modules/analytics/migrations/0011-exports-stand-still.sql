-- Who was still writing when a file was ordered: it is begun when all of them are done, so that nothing comes into its
-- time any more.
alter table analytics.export add column asked_xid xid8 not null default pg_current_xact_id();
-- whoever had the fewest turns is next: one that has to wait keeps nobody waiting
drop index analytics.export_to_make;
create index export_to_make on analytics.export (fence, asked_at) where ready_at is null and failed_at is null;
