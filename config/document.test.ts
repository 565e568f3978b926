import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { describe, expect, it } from 'vitest';
import { documentDefaults } from './document.ts';
import { readYaml } from './layers.ts';
import { OPERATOR_KEYS } from './operator-keys.ts';
import { configSchema } from './schema.ts';
import { leafKeys, schemaTree, type SchemaNode } from './schema-tree.ts';

const text = readFileSync(join(import.meta.dirname, 'default.yaml'), 'utf8');
const tree = schemaTree(configSchema);

/** Every key and section with its description. */
function described(node: SchemaNode, path: readonly string[] = []): readonly (readonly [key: string, description: string])[] {
  const own = path.length === 0 ? [] : [[path.join('.'), node.description] as const];
  return node.kind === 'value' ? own : [...own, ...[...node.children].flatMap(([key, child]) => described(child, [...path, key]))];
}

/** The keys with a value, those of a list or an empty section included. */
function leaves(value: unknown, path: readonly string[] = []): readonly (readonly [key: string, value: unknown])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path.join('.'), value]];
  return Object.entries(value).flatMap(([key, child]) => leaves(child, [...path, key]));
}

describe('default.yaml', () => {
  it('is what `npm run defaults` writes', () => {
    expect(text).toBe(documentDefaults());
  });

  it('holds every default once', () => {
    const { assignments, faults } = readYaml(text, 'default.yaml');
    expect(faults).toEqual([]);
    const held = assignments.map(({ path, value }) => [path.join('.'), value]);
    expect(Object.fromEntries(held)).toEqual(Object.fromEntries(leaves(JSON.parse(JSON.stringify(configSchema.parse({}))))));
    expect(held.length).toBe(new Set(held.map(([key]) => key)).size);
  });

  it("has the operator's keys first, and every expert key after them", () => {
    const written = parseAllDocuments(text).map((document) => leaves(document.toJS()).map(([key]) => key));
    const all = leafKeys(tree);
    const optional = all.filter((key) => !written.flat().includes(key));
    expect(written).toHaveLength(2);
    expect([...(written[0] ?? []), ...optional.filter((key) => OPERATOR_KEYS.has(key))].toSorted()).toEqual([...OPERATOR_KEYS].toSorted());
    expect(written[1]?.filter((key) => OPERATOR_KEYS.has(key))).toEqual([]);
    expect([...OPERATOR_KEYS].filter((key) => !all.includes(key))).toEqual([]);
  });

  it('says the range of numbers and the words of choices', () => {
    expect(text).toContain('# Port of the SIP server, UDP and TCP; 0 takes a free one. Range: 0 to 65535.\n  port: 5060');
    expect(text).toMatch(/One of: auto, kokoro, hibari\.\n {4}engine: "auto"/);
    expect(text).toMatch(/Range: 250 to 5000\.\n {4}judgeAgainMs/);
  });
});

describe('the descriptions of keys', () => {
  it('are sentences', () => {
    expect(described(tree).filter(([, description]) => !/^['"A-Z`].*\.$/.test(description))).toEqual([]);
  });

  it('name the unit', () => {
    const units = { Ms: 'ms', S: 'seconds', Bytes: 'bytes', Db: 'dB', Dbov: 'dBov', Chars: 'characters', Bps: 'bits per second' };
    const missing = described(tree).filter(([key, description]) =>
      Object.entries(units).some(
        ([suffix, unit]) => new RegExp(`[a-z]${suffix}$`).test(key) && !new RegExp(`\\b${unit}\\b`).test(description),
      ),
    );
    expect(missing).toEqual([]);
  });

  // A fault shows the description of one key alone.
  it('stand by themselves', () => {
    expect(
      described(tree).filter(([, description]) =>
        /^(?:The same|The most|That while|So much)\b|\b(?:of it|such a|that time)\b/.test(description),
      ),
    ).toEqual([]);
  });
});
