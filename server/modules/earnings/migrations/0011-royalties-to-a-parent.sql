-- Which releases pay this one.
create index royalty_of_parent on earnings.royalty (parent_release_id);
