import { describe, expect, it } from 'vitest';
import { whyDifferent } from './packages.mjs';

const one = { version: '1.0.0', integrity: 'sha512-a' };

describe('whether the installed packages are those of the lock file', () => {
  it('finds nothing to do when they are the same', () => {
    const packages = { '': {}, 'node_modules/one': one, 'node_modules/one/node_modules/two': one };
    expect(whyDifferent(packages, packages)).toBeUndefined();
  });

  it('names what is missing', () => {
    expect(whyDifferent({ 'node_modules/@scope/one': one }, {})).toBe('@scope/one is missing');
  });

  it('names another version', () => {
    expect(whyDifferent({ 'node_modules/one': one }, { 'node_modules/one': { version: '2.0.0' } })).toBe('one is 2.0.0, not 1.0.0');
  });

  it('sees other contents under the same version', () => {
    expect(whyDifferent({ 'node_modules/one': one }, { 'node_modules/one': { ...one, integrity: 'sha512-b' } })).toBeDefined();
  });

  it('does not miss what npm left out because it is for another machine', () => {
    expect(whyDifferent({ 'node_modules/one': { ...one, optional: true, os: ['darwin'] } }, {})).toBeUndefined();
  });

  it('knows workspaces, which are links', () => {
    const packages = { 'node_modules/own': { resolved: 'own', link: true }, own: { version: '0.1.0' } };
    expect(whyDifferent(packages, packages)).toBeUndefined();
  });
});
