-- Who votes in a competition reports what they are shown.
alter table moderation.report drop constraint report_kind_check,
  add constraint report_kind_check
    check (kind in ('creation', 'comment', 'rating', 'model', 'person', 'board', 'event', 'message', 'offer', 'entry'));
alter table moderation.ruling drop constraint ruling_kind_check,
  add constraint ruling_kind_check
    check (kind in ('creation', 'comment', 'rating', 'model', 'person', 'board', 'event', 'message', 'offer', 'entry'));
