import type { JsonObject } from '../provider/json.js';

/** Recursive schemas are followed no deeper than this. */
const maxDepth = 64;

/**
 * The arguments with `null` taken as "not given" wherever the schema has a default and does not take null, at any depth: models write
 * null for what they do not want to say.
 *
 * @param mode `fill` puts the default there, and where nothing was given at all; `drop` leaves it to the schema's own library.
 */
export function applyDefaults(schema: JsonObject, value: unknown, mode: 'fill' | 'drop'): unknown {
  const visit = (given: unknown, described: JsonObject, depth: number): unknown => {
    const local = resolved(described, schema);
    if (depth > maxDepth) return given;
    if (Array.isArray(given)) {
      const items = local['items'];
      return isJsonObject(items) ? given.map((item) => visit(item, items, depth + 1)) : given;
    }
    const properties = local['properties'];
    return isJsonObject(given) && isJsonObject(properties) ? visitObject(given, properties, depth) : given;
  };
  const visitObject = (given: JsonObject, properties: JsonObject, depth: number): object => {
    const entries = Object.entries(given).flatMap(([name, entry]): [string, unknown][] => {
      const property = schemaOf(properties, name);
      if (property === undefined) return [[name, entry]];
      return entry === null && standsForDefault(property, schema) ? [] : [[name, visit(entry, property, depth + 1)]];
    });
    if (mode === 'drop') return Object.fromEntries(entries);
    const present = new Set(entries.map(([name]) => name));
    const added = Object.keys(properties).flatMap((name): [string, unknown][] => {
      const property = schemaOf(properties, name);
      const missing = property !== undefined && !present.has(name) && 'default' in property;
      return missing ? [[name, property['default']]] : [];
    });
    return Object.fromEntries([...entries, ...added]);
  };
  return visit(value, schema, 0);
}

function schemaOf(properties: JsonObject, name: string): JsonObject | undefined {
  const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
  return isJsonObject(property) ? property : undefined;
}

const standsForDefault = (property: JsonObject, root: JsonObject): boolean => 'default' in property && !takesNull(property, root, 0);

function takesNull(described: JsonObject, root: JsonObject, depth: number): boolean {
  const schema = resolved(described, root);
  const { type, enum: values, anyOf, oneOf } = schema;
  if (depth > maxDepth || schema['const'] === null) return true;
  if (Array.isArray(values)) return values.includes(null);
  const variants = Array.isArray(anyOf) ? anyOf : Array.isArray(oneOf) ? oneOf : undefined;
  if (variants !== undefined) return variants.some((variant) => isJsonObject(variant) && takesNull(variant, root, depth + 1));
  if (Array.isArray(type)) return type.includes('null');
  return type === 'null' || (type === undefined && schema['const'] === undefined);
}

/** A reference inside the schema's own document is followed, once. */
function resolved(schema: JsonObject, root: JsonObject): JsonObject {
  const reference = schema['$ref'];
  if (typeof reference !== 'string' || !reference.startsWith('#')) return schema;
  let found: unknown = root;
  for (const step of reference.slice(1).split('/').filter(Boolean)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    found = isJsonObject(found) && Object.hasOwn(found, key) ? found[key] : undefined;
  }
  return isJsonObject(found) ? found : schema;
}

const isJsonObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
