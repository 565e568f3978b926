export { catalogue, findScenario, scenarioPath } from './lib/catalogue.js';
export { runScenario, sippVersion } from './lib/runner.js';
export { parseStatistics } from './lib/statistics.js';
export { speechLikeMulaw } from './lib/voice.js';
