-- What creators offer to each other is reported like what they write.
alter table moderation.report drop constraint report_kind_check,
  add constraint report_kind_check
    check (kind in ('creation', 'comment', 'rating', 'model', 'person', 'board', 'event', 'message', 'offer'));
alter table moderation.ruling drop constraint ruling_kind_check,
  add constraint ruling_kind_check
    check (kind in ('creation', 'comment', 'rating', 'model', 'person', 'board', 'event', 'message', 'offer'));
