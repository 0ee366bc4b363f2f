import { Classification } from '../policy/classification';
import { roundedUp } from '../policy/privacy/checks';
import type { RawRecord } from '../policy/record';
import type { Evidence } from './record';

/** A choice that was made, with what it gives and what it costs. */
export interface TradeOff {
  readonly dimension: RawRecord['choices'][number]['dimension'];
  readonly choice: string;
  readonly gives: string;
  readonly costs: string;
  /** Paths of the constructs; empty for a choice of the profile. */
  readonly places: readonly string[];
}

const DIMENSIONS = ['privacy', 'scalability', 'compliance'];

/** The choices of the profile and of the constructs: between privacy, scalability and compliance nothing is free. */
export function tradeOffsOf(evidence: Evidence): TradeOff[] {
  const groups = new Map<string, { readonly one: TradeOff; readonly places: string[] }>();
  for (const { path, dimension, choice, gives, costs } of evidence.choices) {
    const key = JSON.stringify([dimension, choice, gives, costs]);
    const group = groups.get(key) ?? { one: { dimension, choice, gives, costs, places: [] }, places: [] };
    groups.set(key, group);
    group.places.push(path);
  }
  return [...ofProfiles(evidence), ...deIdentification(evidence), ...privateTraining(evidence), ...[...groups.values()].map(({ one, places }) => ({ ...one, places }))]
    .sort((a, b) => DIMENSIONS.indexOf(a.dimension) - DIMENSIONS.indexOf(b.dimension));
}

function ofProfiles({ profiles }: Evidence): TradeOff[] {
  const residencies = new Map(profiles.map(({ residency }) => [residency.description, residency.allowedRegions]));
  const kept = new Map(profiles.flatMap(({ retentionDays }) => Object.entries(retentionDays)).map(([record, days]) => [`${record} ${days}`, { record, days }]));
  return [
    ...[...residencies].map(([description, regions]): TradeOff => ({
      dimension: 'compliance', choice: `residency ${description}: ${regions.length} ${regions.length === 1 ? 'region' : 'regions'}`,
      gives: 'data, models, images and keys stay where the law of the residency holds',
      costs: 'capacity, instance types, managed features and failover of these regions only', places: [],
    })),
    ...[...kept.values()].map(({ record, days }): TradeOff => ({
      dimension: 'compliance', choice: `${record} kept for ${days} days`,
      gives: record === 'audit' || record === 'logs' ? 'what happened can be shown for so long' : 'what is needed is there for so long, and gone after',
      costs: record === 'audit' || record === 'logs' ? 'storage for all of that time' : 'no run can be repeated on data that has gone', places: [],
    })),
  ];
}

// what a step is declared to do; that it does so nobody here has checked
function deIdentification({ flow }: Evidence): TradeOff[] {
  const made = new Map<string, string[]>();
  for (const { id, deIdentifiesTo } of flow.nodes) if (deIdentifiesTo) made.set(deIdentifiesTo, [...(made.get(deIdentifiesTo) ?? []), id]);
  return [...made].map(([to, places]): TradeOff => ({
    dimension: 'privacy', choice: `de-identified to ${to} before it trains`,
    gives: to === Classification.PSEUDONYMISED.name ? 'no model learns a name; what it learns is still personal data and stays protected as such' : 'no model learns of a person',
    costs: 'one more step in every run, and whatever the removed fields would have told the model', places,
  }));
}

function privateTraining({ privacy }: Evidence): TradeOff[] {
  const spenders = privacy.flatMap(({ expenses, ...rest }) => expenses.filter(({ mechanism }) => mechanism !== undefined).map((expense) => ({ ...rest, ...expense })));
  return spenders.map(({ dataSet, budget, spent, period, by, mechanism, runs, epsilonOfOneRun }): TradeOff => ({
    dimension: 'privacy', choice: `${mechanism!}, ${runs} ${runs === 1 ? 'run' : 'runs'} in ${period}`,
    gives: `what the models give away of one person is bounded: ε = ${roundedUp(spent.epsilon ?? Infinity)} of ${budget.epsilon} spent, δ = ${budget.delta}`,
    costs: `noise of ε = ${roundedUp(epsilonOfOneRun ?? Infinity)} in each run takes accuracy, most from small groups; clipping each person's share takes time and memory; of the budget ${left(budget.epsilon, spent.epsilon)} is left`,
    places: [by, dataSet],
  }));
}

// what is spent is rounded up, so what is left is what it leaves
function left(budget: number, spent: number | undefined): string {
  return spent === undefined ? 'nothing' : String(Number(Math.max(0, budget - Number(roundedUp(spent))).toPrecision(4)));
}
