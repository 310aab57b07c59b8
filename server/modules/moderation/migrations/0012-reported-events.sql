-- Events, and what creators write to each other about a collaboration, are reported like everything else.
alter table moderation.report drop constraint report_kind_check,
  add constraint report_kind_check
    check (kind in ('creation', 'comment', 'rating', 'model', 'person', 'board', 'event', 'message'));
alter table moderation.ruling drop constraint ruling_kind_check,
  add constraint ruling_kind_check
    check (kind in ('creation', 'comment', 'rating', 'model', 'person', 'board', 'event', 'message'));
