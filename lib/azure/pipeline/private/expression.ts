import { Lazy, Token } from 'cdktf';
import type { Json } from '../../azapi';

/** An expression of Azure ML, such as `${{inputs.data}}`. */
export function expression(path: string): string {
  return `\${{${path}}}`;
}

const OUTPUT = /^\$\{\{parent\.jobs\.([^.}]+)\.outputs\.([^.}]+)\}\}$/;

/** The step and the output that an expression stands for; undefined when it is none of that kind. */
export function outputOf(text: string): { readonly step: string; readonly output: string } | undefined {
  const [, step, output] = OUTPUT.exec(text) ?? [];
  return step === undefined ? undefined : { step, output };
}

/** Whether a text is an expression and no address. */
export function isExpression(text: string): boolean {
  return text.startsWith('${{');
}

/**
 * A value for a resource of Terraform. Expressions of Azure ML (`${{…}}`) and variables of a shell (`${NAME}`) would be taken for Terraform's own, which
 * names at least two parts; with a second dollar sign Terraform hands them on as they are.
 *
 * @see https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences
 */
export function literal(value: Json): Json {
  if (typeof value === 'string') return value.replace(/(?<!\$)\$\{(?=\{|[A-Za-z_][A-Za-z0-9_]*\})/g, '$$$${');
  if (typeof value !== 'object' || value === null || Token.isUnresolved(value)) return value;
  if (Array.isArray(value)) return value.map((item: Json) => literal(item));
  return Object.fromEntries(Object.entries(value).flatMap(([name, item]) => (item === undefined ? [] : [[name, literal(item as Json)]])));
}

/** A value that is read when the app is synthesized. */
export function lazily(produce: () => Json): Json {
  return Lazy.anyValue({ produce }) as unknown as Json;
}
