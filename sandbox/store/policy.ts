/** Session policies: the part of IAM's language that a grant can use. What is not understood is refused. */
import { s3Error } from './errors.ts';

export type Statement = {
  readonly effect: 'Allow' | 'Deny';
  /** `not` turns the list round: NotAction, NotResource. */
  readonly actions: { readonly not: boolean; readonly patterns: readonly string[] };
  readonly resources: { readonly not: boolean; readonly patterns: readonly string[] };
  readonly conditions: readonly Condition[];
};
export type Policy = readonly Statement[];

const operators = ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike'] as const;
type Operator = (typeof operators)[number];
type Condition = { readonly operator: Operator; readonly key: string; readonly values: readonly string[] };

/** What a request wants to do, and what conditions may ask about it (lower-case keys such as s3:prefix). */
export type Access = {
  readonly action: string;
  readonly resource: string;
  readonly context: ReadonlyMap<string, string>;
};

/**
 * Reads a session policy.
 * @throws MalformedPolicyDocument for anything that is not understood: a policy that is half enforced is a hole.
 */
export function parsePolicy(text: string): Policy {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw s3Error('MalformedPolicyDocument', 'The policy is not in the valid JSON format.');
  }
  const fields = objectOf(document, ['Version', 'Id', 'Statement']);
  if (fields['Version'] !== '2012-10-17') malformed('Version must be 2012-10-17.');
  const statements = Array.isArray(fields['Statement']) ? fields['Statement'] : [fields['Statement']];
  if (statements.length === 0) malformed('Statement must not be empty.');
  return statements.map(parseStatement);
}

function parseStatement(value: unknown): Statement {
  const names = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];
  const fields = objectOf(value, names);
  const effect = fields['Effect'];
  if (effect !== 'Allow' && effect !== 'Deny') return malformed('Effect must be Allow or Deny.');
  return {
    effect,
    actions: patterns(fields, 'Action'),
    resources: patterns(fields, 'Resource'),
    conditions: fields['Condition'] === undefined ? [] : parseConditions(fields['Condition']),
  };
}

function patterns(fields: Record<string, unknown>, name: 'Action' | 'Resource'): Statement['actions'] {
  const plain = fields[name];
  const inverted = fields[`Not${name}`];
  if ((plain === undefined) === (inverted === undefined))
    malformed(`A statement needs one of ${name}, Not${name}.`);
  return { not: plain === undefined, patterns: strings(plain ?? inverted, name) };
}

function parseConditions(value: unknown): Condition[] {
  return Object.entries(objectOf(value)).flatMap(([name, keys]) => {
    const operator = operators.find((known) => known === name);
    if (operator === undefined) return malformed(`The condition operator ${name} is not supported.`);
    return Object.entries(objectOf(keys)).map(([key, values]) => ({
      operator,
      key: key.toLowerCase(),
      values: strings(values, key),
    }));
  });
}

function strings(value: unknown, name: string): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((one) =>
    typeof one === 'string' ? one : malformed(`${name} must be text or a list of texts.`),
  );
}

function objectOf(value: unknown, allowed?: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return malformed('An object is missing.');
  const unknown = Object.keys(value).find((name) => allowed !== undefined && !allowed.includes(name));
  if (unknown !== undefined) malformed(`The element ${unknown} is not supported here.`);
  return value as Record<string, unknown>;
}

function malformed(sentence: string): never {
  throw s3Error('MalformedPolicyDocument', sentence);
}

/** Whether a policy allows an access: some Allow matches and no Deny does. */
export function isAllowed(policy: Policy, access: Access): boolean {
  const matching = policy.filter((statement) => matches(statement, access));
  return matching.length > 0 && matching.every((statement) => statement.effect === 'Allow');
}

function matches(statement: Statement, access: Access): boolean {
  const action = access.action.toLowerCase();
  const { actions, resources } = statement;
  return (
    actions.patterns.some((pattern) => matchesPattern(pattern.toLowerCase(), action)) !== actions.not &&
    resources.patterns.some((pattern) => matchesPattern(pattern, access.resource)) !== resources.not &&
    statement.conditions.every((condition) => holds(condition, access.context.get(condition.key)))
  );
}

/** As IAM: a key that the request lacks fails every operator but the negated ones. */
function holds({ operator, values }: Condition, actual: string | undefined): boolean {
  switch (operator) {
    case 'StringEquals':
      return actual !== undefined && values.includes(actual);
    case 'StringNotEquals':
      return actual === undefined || !values.includes(actual);
    case 'StringLike':
      return actual !== undefined && values.some((pattern) => matchesPattern(pattern, actual));
    case 'StringNotLike':
      return actual === undefined || !values.some((pattern) => matchesPattern(pattern, actual));
  }
}

/** `*` stands for any text, slashes too; `?` for one character. Linear in the text: no backtracking to abuse. */
export function matchesPattern(pattern: string, text: string): boolean {
  let p = 0;
  let star = -1;
  let resume = 0;
  for (let t = 0; t < text.length;) {
    if (pattern[p] === '*') {
      star = p;
      p += 1;
      resume = t;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p += 1;
      t += 1;
    } else if (star !== -1) {
      p = star + 1;
      resume += 1;
      t = resume;
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}
