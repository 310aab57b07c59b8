-- Whether somebody said anything is asked for their page, and for each of those who follow somebody.
create index comment_of_author on marketplace.comment (author_id) where deleted_at is null and hidden_at is null;
create index rating_of_author on marketplace.rating (author_id) where hidden_at is null;
create index follow_newest on marketplace.follow (creator_id, at desc, follower_id desc);
drop index marketplace.follow_of_creator;
