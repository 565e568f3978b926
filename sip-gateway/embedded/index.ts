export { type RunningSipServer, startEmbeddedSipServer } from './io/run-server.ts';
