-- Jobs take turns: a person has a line of their own in each lane, and the lines are served in rounds.
alter table job add column lane text not null default 'long' check (lane in ('short', 'long'));
update job set lane = 'short' where kind in ('ingestDataset', 'predictFile', 'importTask', 'publishRelease');
alter table job alter column lane drop default;

-- When a line was last served.
create table job_turn (
  person_id text not null references person,
  lane text not null,
  served_at timestamptz not null,
  primary key (person_id, lane)
);

-- The jobs that wait, in the order in which they are taken. Whoever has fewer jobs running and before this one goes first; among
-- equals, whoever was served longest ago.
create view job_queue_order as
select w.id, row_number() over (order by w.round, t.served_at nulls first, w.created_at, w.id) as position
from (
  select j.id, j.owner_id, j.lane, j.created_at,
    row_number() over (partition by j.owner_id, j.lane order by j.created_at, j.id) + coalesce(r.running, 0) as round
  from job j
  left join (
    select owner_id, lane, count(*) as running from job where state in ('running', 'cancelling') group by owner_id, lane
  ) r on r.owner_id = j.owner_id and r.lane = j.lane
  where j.state = 'queued'
) w
left join job_turn t on t.person_id = w.owner_id and t.lane = w.lane;
