export { parleyPlugin } from './parley-plugin.js';
