-- Notices tell of alerts, or of change requests: whoever may decide that one was made, whoever asked what was said to it.
alter table alert_notice rename to notice;
alter index alert_notice_list rename to notice_list;
alter index alert_notice_due rename to notice_due;
alter table notice alter column rule drop not null;
alter table notice alter column state drop not null;
alter table notice alter column bound drop not null;
alter table notice add column change_request_id text references change_request;
alter table notice add column event text check (event in ('asked', 'decided'));
alter table notice add check ((change_request_id is null) = (rule is not null and state is not null and bound is not null));
alter table notice add check ((change_request_id is null) = (event is null));
create index notice_of_change_request on notice (change_request_id) where change_request_id is not null;
