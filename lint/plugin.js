// The rules that are this project's own. They run inside oxlint (.oxlintrc.json); see docs/decisions.
import { dirname, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importFault, isTest, mustBePure } from './import-law.js';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Globals that read a clock, set a timer, draw at random or reach the outside. */
const IMPURE_GLOBALS = [
  'Date',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
  'crypto',
  'process',
  'fetch',
  'WebSocket',
  'XMLHttpRequest',
  'EventSource',
  'console',
  'scheduler',
];
const IMPURE_MEMBERS = { Math: ['random'], AbortSignal: ['timeout'], Atomics: ['wait', 'waitAsync'] };
const GLOBAL_OBJECTS = ['globalThis', 'global', 'window', 'self'];

const importLaw = {
  create(context) {
    const file = pathFromRoot(context.filename);
    const check = (node, source, typeOnly, names) => {
      if (source?.type !== 'Literal' || typeof source.value !== 'string') return;
      const fault = importFault(file, source.value, { typeOnly, names });
      if (fault !== undefined) context.report({ node, message: fault });
    };
    return {
      ImportDeclaration: (node) => check(node, node.source, node.importKind === 'type', importedNames(node)),
      ExportNamedDeclaration: (node) => check(node, node.source, node.exportKind === 'type', reexportedNames(node)),
      ExportAllDeclaration: (node) => check(node, node.source, node.exportKind === 'type'),
      ImportExpression: (node) => check(node, node.source, false),
      TSImportType: (node) => check(node, node.source ?? node.argument, true),
    };
  },
};

const purity = {
  create(context) {
    if (!mustBePure(pathFromRoot(context.filename))) return {};
    const report = (node, what) =>
      context.report({
        node,
        message: `${what} does not belong in a pure core: take nowMs, a seed or an action instead, or move it into io/ or app/`,
      });
    return {
      'Program:exit'(program) {
        const scope = context.sourceCode.getScope(program);
        const globals = scope.type === 'global' ? scope : (scope.upper ?? scope);
        for (const reference of unresolved(globals)) {
          if (!isValueReference(reference)) continue;
          const { identifier } = reference;
          if (IMPURE_GLOBALS.includes(identifier.name)) report(identifier, identifier.name);
        }
      },
      MemberExpression(node) {
        if (node.object.type !== 'Identifier') return;
        const member = node.computed ? node.property.value : node.property.name;
        if (IMPURE_MEMBERS[node.object.name]?.includes(member)) report(node, `${node.object.name}.${member}`);
        if (GLOBAL_OBJECTS.includes(node.object.name) && IMPURE_GLOBALS.includes(member)) report(node, member);
      },
    };
  },
};

const noHeldBackTests = {
  create(context) {
    if (!isTest(pathFromRoot(context.filename))) return {};
    return {
      MemberExpression(node) {
        const name = node.object.type === 'Identifier' ? node.object.name : undefined;
        const member = node.computed ? node.property.value : node.property.name;
        if (['it', 'test', 'describe', 'suite', 'bench'].includes(name) && ['skip', 'only', 'todo', 'fails'].includes(member)) {
          context.report({ node, message: `${name}.${member} hides tests: finish it, fix it or remove it` });
        }
      },
    };
  },
};

export default {
  meta: { name: 'parley' },
  rules: { 'import-law': importLaw, purity, 'no-held-back-tests': noHeldBackTests },
};

/** Undefined: the whole module, or its default, which for a built-in is the same; or nothing by name, for what it does. */
function importedNames({ specifiers }) {
  const byName = specifiers.length > 0 && specifiers.every(({ type }) => type === 'ImportSpecifier');
  return byName ? specifiers.map(({ imported }) => imported.name ?? imported.value) : undefined;
}

function reexportedNames({ specifiers }) {
  return specifiers.length > 0 ? specifiers.map(({ local }) => local.name ?? local.value) : undefined;
}

/** References to names that the file does not declare; a bundled `types` may declare globals, so both lists count. */
function unresolved(scope) {
  const declared = [...scope.set.values()].filter((variable) => variable.defs.length === 0).flatMap((variable) => variable.references);
  return [...new Set([...scope.through, ...declared])];
}

function isValueReference(reference) {
  return reference.isTypeReference !== true || reference.isValueReference === true;
}

function pathFromRoot(filename) {
  return relative(ROOT, filename).split(sep).join('/');
}
