-- 0440_id_order -- ids rise in the order in which they are drawn.
--
-- Lists answer "newest first" by id and go on after an id.  With ids cached by each database session, the second of two
-- things made one after the other, through two sessions, could get the smaller one.

alter sequence id_seq cache 1;
