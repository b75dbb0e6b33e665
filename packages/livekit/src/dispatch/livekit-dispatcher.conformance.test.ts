import { conformance } from '@parley/conformance';
import { playJobServer } from './__fixtures__/played-job-server.js';

conformance({ kind: 'dispatcher', create: playJobServer });
