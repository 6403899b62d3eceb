import { iso } from '../core/clock.ts';
import type { Student } from './student.ts';

type Spans = Student['ownHours'];

/** The week that quotas are of is long over by then. */
const KEPT_DAYS = 35;
/** Student's limit. */
const MOST_SPANS = 200;

/** Spans with one more, as their union: taken twice it counts once. Old ones are left out. Milliseconds since the epoch. */
export function withSpan(spans: Spans, span: { from: number; until: number }, now: number): Spans {
  let { from, until } = span;
  const apart: { from: number; until: number }[] = [];
  for (const each of spans.map(({ from, until }) => ({ from: Date.parse(from), until: Date.parse(until) }))) {
    if (each.until < from || each.from > until) apart.push(each);
    else {
      from = Math.min(from, each.from);
      until = Math.max(until, each.until);
    }
  }
  const kept = [...apart, { from, until }]
    .filter((each) => each.until > now - KEPT_DAYS * 86_400_000)
    .sort((a, b) => a.from - b.from)
    .slice(-MOST_SPANS);
  return kept.map((each) => ({ from: iso(each.from), until: iso(each.until) }));
}

/** Spans without what comes after a moment: what was not used is given back. */
export function cutSpans(spans: Spans, at: number): Spans {
  return spans
    .filter(({ from }) => Date.parse(from) < at)
    .map((span) => (Date.parse(span.until) > at ? { ...span, until: iso(at) } : span));
}
