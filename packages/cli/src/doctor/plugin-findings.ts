import type { Finding } from './finding.js';
import type { LoadedPackage } from './find-plugins.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** What is installed, and of each plugin which variables are set; never a value. A key that is not set is no problem: it may not be used. */
export function packageFindings(loaded: LoadedPackage, environment: Environment): readonly Finding[] {
  const { name, version } = loaded;
  switch (loaded.type) {
    case 'broken':
      return [{ mark: 'problem', text: `${name} ${version} cannot be loaded: ${loaded.fault}` }];
    case 'other':
      return [{ mark: 'good', text: `${name} ${version}` }];
    case 'plugin': {
      const { plugin } = loaded;
      const kinds = Object.keys(plugin.kinds).join(', ');
      const keys = plugin.environment.filter(({ name: key, required }) => required || isSet(environment, key));
      const unset = keys.filter(({ name: key }) => !isSet(environment, key));
      const shown = keys.map(({ name: key }) => `${key} ${isSet(environment, key) ? 'is set' : 'is not set'}`).join(', ');
      return [
        {
          mark: unset.length === 0 ? 'good' : 'note',
          text: `${name} ${version}, plugin "${plugin.provider}": ${kinds}${shown === '' ? '' : `; ${shown}`}`,
        },
      ];
    }
    default:
      return loaded satisfies never;
  }
}

const isSet = (environment: Environment, name: string): boolean => (environment[name] ?? '').trim() !== '';
