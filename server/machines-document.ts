import type { Machine, Step } from './kit/state-machine.ts';

/** What goes through states, as the page docs/state-machines.md: for each its states, its acts, and who may do what when. */
export function machinesDocument(machines: readonly Machine[]): string {
  return `${[INTRODUCTION, ...machines.map(chapter)].join('\n\n')}\n`;
}

const INTRODUCTION = `# State machines

Made by \`node tools/run.mjs docs\` from the declarations in the code; do not edit by hand.

An act leads from one of its states to another. Whoever takes it does so by a conditional update of the row: an act that came too late is refused with \`NOT_NOW\`, one that builds on an older version with \`STATE_CHANGED\`. The step, the audit row and the news are written in the same transaction.`;

function chapter(machine: Machine): string {
  return [
    `## ${titleOf(machine.name)}\n\nTable \`${machine.table}\`; begins as \`${machine.begins}\`.`,
    diagram(machine),
    table(
      ['State', 'Meaning'],
      Object.entries(machine.states).map(([state, meaning]) => [code(state), meaning]),
    ),
    table(
      ['Act', 'From', 'To', 'Must hold', 'Follows'],
      steps(machine).map(([act, { from, to, guards = [], effects = [] }]) => [
        code(act),
        from.map(code).join(', '),
        code(to),
        guards.join('; '),
        effects.join('; '),
      ]),
    ),
    permissions(machine),
  ].join('\n\n');
}

/** Which capacity may do what, act by act. */
function permissions(machine: Machine): string {
  const capacities = [...new Set(steps(machine).flatMap(([, { who }]) => who))];
  return table(
    ['May', ...capacities],
    steps(machine).map(([act, { who }]) => [
      code(act),
      ...capacities.map((each) => (who.includes(each) ? 'yes' : '')),
    ]),
  );
}

function diagram(machine: Machine): string {
  const arrows = steps(machine).flatMap(([act, { from, to }]) =>
    from.map((state) => `  ${state} --> ${to}: ${act}`),
  );
  return ['```mermaid', 'stateDiagram-v2', `  [*] --> ${machine.begins}`, ...arrows, '```'].join('\n');
}

const steps = (machine: Machine): [string, Step<string>][] => Object.entries(machine.acts);
const titleOf = (name: string) => name[0]?.toUpperCase() + name.slice(1).replaceAll('_', ' ');
const code = (text: string) => `\`${text}\``;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
