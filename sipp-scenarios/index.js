/**
 * @typedef {import('./lib/catalogue.js').Scenario} Scenario
 * @typedef {import('./lib/runner.js').RunOptions} RunOptions
 * @typedef {import('./lib/runner.js').RunResult} RunResult
 * @typedef {import('./lib/statistics.js').Statistics} Statistics
 */
export { catalogue, findScenario, scenarioPath } from './lib/catalogue.js';
export { runScenario, sippVersion } from './lib/runner.js';
export { parseStatistics } from './lib/statistics.js';
export { speechLikeMulaw } from './lib/voice.js';
