import { configSchema } from './schema.ts';
import { schemaTree, type SchemaNode } from './schema-tree.ts';

const HEAD = `# Everything that can be set, with its default. Written from the schemas by
#   npm run defaults
# Do not edit it: give what is to differ in a file of your own, with \`npm start -- --config FILE\`
# (dev.yaml and test.yaml are examples), in the environment (PARLEY__sip__port=5070) or by --set sip.port=5070.
# Later ones win: this file, FILE, environment, --set. Secrets come from the environment only.
`;
const LINE_CHARS = 110;

/** The text of default.yaml. */
export function documentDefaults(): string {
  const lines: string[] = [HEAD];
  const visit = (node: SchemaNode, depth: number, value: unknown): void => {
    if (node.kind === 'value') return;
    for (const [key, child] of node.children) {
      const indent = '  '.repeat(depth);
      const own = (value as Record<string, unknown>)[key];
      if (depth === 0 && lines.length > 1) lines.push('');
      lines.push(...wrap(child.description, `${indent}# `));
      if (child.kind === 'group') {
        lines.push(`${indent}${key}:`);
        visit(child, depth + 1, own);
      } else lines.push(own === undefined ? `${indent}# ${key}:` : `${indent}${key}: ${JSON.stringify(own)}`);
    }
  };
  visit(schemaTree(configSchema), 0, configSchema.parse({}));
  return `${lines.join('\n')}\n`;
}

function wrap(text: string, prefix: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    if (line !== '' && prefix.length + line.length + word.length >= LINE_CHARS) {
      lines.push(prefix + line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, prefix + line];
}
