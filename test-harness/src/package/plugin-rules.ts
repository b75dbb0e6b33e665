import { idPrefixes } from '../subject/provable-kinds.js';
import { mustEqual, mustHold } from '../rules/violation.js';
import { mustBeNone } from './loading-rules.js';
import type { PackageFacts } from './package-facts.js';
import { notImported, noPlugin, type PackageRule } from './package-rule.js';

type Fields = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const fieldsOf = (value: unknown): Fields => (isRecord(value) ? value : {});
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const pluginOf = ({ import: { plugin } }: PackageFacts): Fields => fieldsOf(plugin);
const kindsOf = (facts: PackageFacts): readonly (readonly [string, Fields])[] =>
  Object.entries(fieldsOf(pluginOf(facts)['kinds'])).map(([kind, offered]) => [kind, fieldsOf(offered)] as const);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
/** Names and aliases. */
const namesOf = (models: unknown): readonly unknown[] =>
  listOf(models).flatMap((model) => [fieldsOf(model)['name'], ...listOf(fieldsOf(model)['aliases'])]);

/** Kinds of a plugin; the others are ports. */
const pluginKinds = Object.keys(idPrefixes).filter((kind) => !['audio-input', 'audio-output', 'dispatcher'].includes(kind));

/** That `parleyPlugin` is what those read who know no plugin. */
export const pluginRules: readonly PackageRule[] = [
  {
    id: 'PKG-1.13',
    title: 'It exports `parleyPlugin`, whose `specificationVersions` hold 1.',
    why: 'Model strings, the kit and catalogues read this, and tell by it whether they can.',
    since: '1.0',
    leftOut: notImported,
    prove(facts) {
      mustHold(facts.import.plugin !== undefined, `there is no export parleyPlugin, but ${facts.import.names.join(', ') || 'none at all'}`);
      mustHold(listOf(pluginOf(facts)['specificationVersions']).includes(1), 'specificationVersions does not hold 1');
    },
  },
  {
    id: 'PKG-1.14',
    title: '`provider` is a lower-case word that can stand in a model string, and `displayName` is a text.',
    why: '`acme/nova-3` is cut at its first slash and looked up by what is before it.',
    since: '1.0',
    leftOut: noPlugin,
    prove(facts) {
      const { provider, displayName } = pluginOf(facts);
      mustHold(isText(provider) && /^[a-z][a-z0-9-]*$/.test(provider), `provider is ${JSON.stringify(provider)}`);
      mustHold(isText(displayName), `displayName is ${JSON.stringify(displayName)}`);
    },
  },
  {
    id: 'PKG-1.15',
    title: 'It offers at least one kind of the contract, each with `models` and `create`, and none that the contract does not know.',
    why: 'A kind by another name is never found.',
    since: '1.0',
    leftOut: noPlugin,
    prove(facts) {
      const kinds = kindsOf(facts);
      mustHold(kinds.length > 0, 'kinds is empty');
      for (const [kind, offered] of kinds) {
        mustHold(pluginKinds.includes(kind), `"${kind}" is no kind; there are ${pluginKinds.join(', ')}`);
        mustHold(offered['create'] === '[function]', `kinds.${kind}.create is no function`);
        mustHold(listOf(offered['models']).length > 0, `kinds.${kind}.models is empty`);
      }
    },
  },
  {
    id: 'PKG-1.16',
    title: 'Models and aliases of a kind are texts, each there once, and `defaultModel` is one of them.',
    why: '`acme` alone in a model string means the default; a name that is there twice means two things.',
    since: '1.0',
    leftOut: noPlugin,
    prove(facts) {
      for (const [kind, { models, defaultModel }] of kindsOf(facts)) {
        const names = namesOf(models);
        mustHold(names.every(isText), `kinds.${kind}.models holds what has no name`);
        mustEqual(names.length, new Set(names).size, `names and different names in kinds.${kind}.models`);
        mustHold(
          names.some((name) => name === defaultModel),
          `kinds.${kind}.defaultModel is ${JSON.stringify(defaultModel)}, which is none of ${names.join(', ')}`,
        );
      }
    },
  },
  {
    id: 'PKG-1.17',
    title: '`environment` lists variables by name, and says of each whether it is required and secret.',
    why: '`parley doctor` shows which are set, and must not show a secret.',
    since: '1.0',
    leftOut: noPlugin,
    prove(facts) {
      const { environment } = pluginOf(facts);
      mustHold(Array.isArray(environment), 'environment is no list');
      for (const { name, required, secret } of listOf(environment).map(fieldsOf)) {
        mustHold(isText(name) && /^[A-Z][A-Z0-9_]*$/.test(name), `environment holds the name ${JSON.stringify(name)}`);
        mustHold(typeof required === 'boolean' && typeof secret === 'boolean', `required and secret of ${name} are not both true or false`);
      }
    },
  },
  {
    id: 'PKG-1.18',
    title: 'An instance of each kind can be made without a key; it says version 1, its kind, the provider and its model.',
    why: 'Building an agent must not fail for a key that it may never use; core knows instances by these fields.',
    since: '1.0',
    leftOut: noPlugin,
    prove(facts) {
      for (const [kind] of kindsOf(facts)) {
        const made = facts.import.instances[kind];
        mustHold(
          made !== undefined && !('error' in made),
          `making one of kind ${kind} failed with ${made === undefined ? 'nothing' : 'error' in made ? made.error : ''}`,
        );
        const { specificationVersion, kind: said, provider, model } = fieldsOf(made.instance);
        mustEqual(
          { specificationVersion, kind: said, provider },
          { specificationVersion: 1, kind, provider: pluginOf(facts)['provider'] },
          `an instance of ${kind}`,
        );
        mustHold(isText(model), `the model of an instance of ${kind} is ${JSON.stringify(model)}`);
      }
    },
  },
  {
    id: 'PKG-1.19',
    title: 'The `capabilities` of an instance are frozen data.',
    why: 'Core decides by them once: what changes later is not seen.',
    since: '1.0',
    leftOut: noPlugin,
    prove(facts) {
      for (const [kind, made] of Object.entries(facts.import.instances)) {
        if ('error' in made) continue;
        const { capabilities } = fieldsOf(made.instance);
        mustHold(isRecord(capabilities), `an instance of ${kind} has no capabilities`);
        mustHold(made.isFrozen, `the capabilities of an instance of ${kind} are not frozen`);
        const functions = Object.entries(capabilities).filter(([, value]) => value === '[function]');
        mustHold(functions.length === 0, `capabilities of ${kind} hold functions: ${functions.map(([name]) => name).join(', ')}`);
      }
    },
  },
  {
    id: 'PKG-1.20',
    title: 'Making an instance opens no connection, sets no timer, and starts no process and no thread.',
    why: 'What is opened before the first call has no owner that would close it.',
    since: '1.0',
    leftOut: noPlugin,
    prove: (facts) => mustBeNone(facts.import.createDeeds, ['socket', 'timer', 'process'], 'while an instance was made'),
  },
];
