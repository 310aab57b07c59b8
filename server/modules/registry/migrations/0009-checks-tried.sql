-- A check whose process died so often is not begun again by itself; whoever uploaded the file may ask for it.
alter table registry.model_upload add column checks_tried int4 not null default 0 check (checks_tried >= 0);
