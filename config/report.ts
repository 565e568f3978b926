import type { Config } from './schema.ts';
import type { Fault } from './layers.ts';
import type { SchemaNode } from './schema-tree.ts';
import type { Secrets } from './secrets.ts';

/** All faults as one text for people. */
export function faultReport(faults: readonly Fault[]): string {
  const count = faults.length === 1 ? 'one fault' : `${faults.length} faults`;
  const lines = faults.map(({ source, key, value, message }) => {
    const named = key === undefined ? '' : ` ${key}`;
    const given = value === undefined ? '' : `${key === undefined ? ' ' : ' = '}${printValue(mask(value))}`;
    return `  ${source}:${named}${given} ${message}`;
  });
  return [`CONFIG_INVALID: the configuration has ${count}:`, ...lines].join('\n');
}

/** The effective configuration as YAML, with what differs from the default marked by where it came from. */
export function effectiveReport(
  config: Config,
  defaults: Config,
  sources: ReadonlyMap<string, string>,
  tree: SchemaNode,
  secretSources: ReadonlyMap<keyof Secrets, string>,
): string {
  const lines: string[] = [];
  const visit = (node: SchemaNode, path: readonly string[], value: unknown, usual: unknown): void => {
    if (node.kind === 'value') return;
    for (const [key, child] of node.children) {
      const indent = '  '.repeat(path.length);
      const here = [...path, key];
      const own = (value as Record<string, unknown>)[key];
      const ownUsual = (usual as Record<string, unknown> | undefined)?.[key];
      if (child.kind === 'group') {
        lines.push(`${indent}${key}:`);
        visit(child, here, own, ownUsual);
      } else if (own !== undefined) {
        const differs = JSON.stringify(own) !== JSON.stringify(ownUsual);
        const default_ = ownUsual === undefined ? 'none' : printValue(mask(ownUsual));
        lines.push(
          `${indent}${key}: ${printValue(mask(own))}${differs ? `  # ${sources.get(here.join('.')) ?? 'derived'}; default ${default_}` : ''}`,
        );
      }
    }
  };
  visit(tree, [], config, defaults);
  lines.push('# secrets (environment or files only)');
  for (const [name, source] of secretSources) lines.push(`#   ${name}: ******** from ${source}`);
  if (secretSources.size === 0) lines.push('#   none given');
  return lines.join('\n');
}

/** A password in an address is not for the screen. */
function mask(value: unknown): unknown {
  if (typeof value === 'string')
    return value
      .replace(/(\/\/[^/:@\s]*:)[^@/\s]+@/g, '$1********@')
      .replace(/([?&](?:api_?key|token|secret|password)=)[^&\s]+/gi, '$1********');
  return Array.isArray(value) ? value.map(mask) : value;
}

function printValue(value: unknown): string {
  if (typeof value === 'string' && /^[\w./@:*-]+$/.test(value) && !/^(true|false|null|yes|no|on|off|[-+.\d].*|~)$/i.test(value))
    return value;
  return JSON.stringify(value);
}
