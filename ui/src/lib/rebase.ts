/**
 * What one is typing, when the record below it changes.
 *
 * A place that nobody touched here takes the new value. A place that was touched keeps what was typed; if the record
 * changed there as well, that is a conflict to be shown, never to be settled silently.
 */

export type Values = Readonly<Record<string, string>>;

export interface Conflict {
  name: string;
  /** What stood there when the typing began. */
  before: string;
  /** What is typed here. */
  mine: string;
  /** What the record holds now. */
  theirs: string;
}

export interface Rebased {
  values: Record<string, string>;
  conflicts: Conflict[];
}

/** Carries `typed`, begun on `before`, over to the record as it is `now`. */
export function rebase(before: Values, typed: Values, now: Values): Rebased {
  const values: Record<string, string> = {};
  const conflicts: Conflict[] = [];
  const names = new Set([...Object.keys(before), ...Object.keys(typed), ...Object.keys(now)]);
  for (const name of names) {
    const [old = '', mine = '', theirs = ''] = [before[name], typed[name], now[name]];
    values[name] = mine === old ? theirs : mine;
    if (mine !== old && theirs !== old && mine !== theirs)
      conflicts.push({ name, before: old, mine, theirs });
  }
  return { values, conflicts };
}
