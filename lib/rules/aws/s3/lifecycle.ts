import type { Value } from '../../value';
import { all, COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';

/** Whether one rule of a bucket's lifecycle that is on, and covers all of the bucket, satisfies; what covers a part only decides nothing. */
export function wholeBucket(rules: Value, check: (rule: Value) => Verdict, none: string): Verdict {
  const partial = rules.items.some((rule) => !covers(rule));
  const nobody = partial
    ? unknown(`${none} for all of the bucket; rules cover a part of it, and whether anything lies beside them cannot be told`, rules.location)
    : nonCompliant(none, rules.location);
  return rules.some((rule) => (covers(rule) ? all(isOn(rule), check(rule)) : nonCompliant(none)), nobody);
}

function isOn(rule: Value): Verdict {
  return rule.at('Status').judge((status) => (status === 'Enabled' ? COMPLIANT : nonCompliant('the rule is off')));
}

function covers(rule: Value): boolean {
  const narrowing = ['Prefix', 'TagFilters', 'ObjectSizeGreaterThan', 'ObjectSizeLessThan'].map((name) => rule.at(name));
  return narrowing.every((value) => value.isAbsent || value.alternatives.every((one) => one === '' || (Array.isArray(one) && one.length === 0)));
}
