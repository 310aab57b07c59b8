-- Boards that are shown to others are reported like everything else.
alter table moderation.report drop constraint report_kind_check,
  add constraint report_kind_check check (kind in ('creation', 'comment', 'rating', 'model', 'person', 'board'));
alter table moderation.ruling drop constraint ruling_kind_check,
  add constraint ruling_kind_check check (kind in ('creation', 'comment', 'rating', 'model', 'person', 'board'));
