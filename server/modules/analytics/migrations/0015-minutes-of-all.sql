-- The minutes of everybody together, as hours have them: who asked for part of an hour of all read every model's.
insert into analytics.usage_minute (creator_id, model_id, at, release_id, succeeded, failed, cancelled, expired, related, refunds,
  promo_micros, paid_micros, queue_ms, run_ms, refunded_promo_micros, refunded_paid_micros)
select nobody, nobody, at, nobody, sum(succeeded), sum(failed), sum(cancelled), sum(expired), sum(related), sum(refunds),
  sum(promo_micros), sum(paid_micros), sum(queue_ms), sum(run_ms), sum(refunded_promo_micros), sum(refunded_paid_micros)
from analytics.usage_minute, (select '00000000-0000-0000-0000-000000000000'::uuid as nobody) n group by nobody, at;
