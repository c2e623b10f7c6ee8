/**
 * Dates as people read them, in Japan's time: 2026年11月23日（月） 10:32.
 * The words stand in the catalogues; this only takes instants apart.
 */
import { marked } from './locale.svelte';

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] as const;

const parts = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Tokyo',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

interface Moment {
  year: string;
  month: number;
  day: string;
  time: string;
  weekday: (typeof WEEKDAYS)[number];
}

/** The day, as marked text. */
export function dateText(atMs: number): string {
  const moment = momentOf(atMs);
  return marked('date-day', {
    year: moment.year,
    month: String(moment.month),
    monthName: marked(`date-month-${MONTHS[moment.month - 1] ?? 'jan'}`),
    day: moment.day,
    weekday: marked(`date-weekday-${moment.weekday}`),
  });
}

/** The day and the minute, as marked text. */
export function timeText(atMs: number): string {
  return marked('date-time', { date: dateText(atMs), time: momentOf(atMs).time });
}

/** The day of an instant as an `<input type="date">` wants it. */
export function isoDay(atMs: number): string {
  const moment = momentOf(atMs);
  return `${moment.year}-${String(moment.month).padStart(2, '0')}-${moment.day.padStart(2, '0')}`;
}

/** Noon in Japan of a day from an `<input type="date">`, or nothing if it is no day. */
export function noonOf(day: string): number | null {
  const at = Date.parse(`${day}T12:00:00+09:00`);
  return Number.isNaN(at) ? null : at;
}

function momentOf(atMs: number): Moment {
  const found = new Map(parts.formatToParts(atMs).map((part) => [part.type, part.value]));
  const value = (type: Intl.DateTimeFormatPartTypes) => found.get(type) ?? '';
  const year = value('year');
  const month = Number(value('month'));
  const day = String(Number(value('day')));
  const weekday = new Date(Date.UTC(Number(year), month - 1, Number(day))).getUTCDay();
  return {
    year,
    month,
    day,
    time: `${value('hour')}:${value('minute')}`,
    weekday: WEEKDAYS[weekday] ?? 'sun',
  };
}
