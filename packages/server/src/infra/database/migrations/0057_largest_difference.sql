-- How far a challenger's answer was from the champion's at most; null of what was counted before this was.
alter table challenger_hour add column largest double precision;
