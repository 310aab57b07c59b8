-- Those who look through applications first and give them to reviewers, and those who decide.
alter table identity.role drop constraint role_role_check;
alter table identity.role add constraint role_role_check
  check (role in ('member', 'creator', 'coordinator', 'reviewer', 'chair', 'judge', 'moderator', 'finance', 'admin'));
