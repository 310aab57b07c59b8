-- Assets of somebody who left: the row stays for receipts, its files and its prompt are gone.
alter table generation.asset add column forgotten_at timestamptz;
create index asset_to_forget on generation.asset (owner_id, id) where forgotten_at is null;
