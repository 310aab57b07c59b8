-- Those who fill the slots of the marketplace, and plan and run campaigns.
alter table identity.role drop constraint role_role_check;
alter table identity.role add constraint role_role_check
  check (role in ('member', 'creator', 'coordinator', 'reviewer', 'chair', 'judge', 'editor', 'moderator', 'finance', 'admin'));
