import type { Json, JsonObject } from '../provider/json.js';

/**
 * A JSON Schema as vendors with strict function calling take it: every property required, nothing beside them, one of several by `anyOf`.
 * What was optional may be null instead, so that a model can leave it out; `parseArguments` reads null as absent there.
 *
 * @see https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
 */
export function strictSchema(schema: JsonObject): JsonObject {
  const strict = toStrict(schema);
  return strict['type'] === undefined && strict['$ref'] === undefined && strict['anyOf'] === undefined
    ? { ...strict, type: 'object' }
    : strict;
}

function toStrict(schema: JsonObject): JsonObject {
  // Beside a reference nothing else may stand.
  if (typeof schema['$ref'] === 'string') return { $ref: schema['$ref'] };
  const variants = listOf(schema['anyOf']) ?? listOf(schema['oneOf']);
  if (variants !== undefined) return withVariants(schema, variants);
  const { default: _default, oneOf: _oneOf, properties, items, ...rest } = schema;
  return {
    ...rest,
    ...definitionsOf(rest),
    ...(isObject(items) ? { items: toStrict(items) } : {}),
    ...(isObject(properties) || rest['type'] === 'object' ? objectParts(isObject(properties) ? properties : {}, schema['required']) : {}),
    ...enumWithNull(rest),
  };
}

/** Each variant strict; `{}`, which takes anything, says nothing; a single one stands for itself. */
function withVariants(schema: JsonObject, variants: readonly Json[]): JsonObject {
  const { anyOf: _anyOf, oneOf: _oneOf, default: _default, discriminator: _discriminator, ...rest } = schema;
  const strict = variants
    .filter(isObject)
    .filter((variant) => Object.keys(variant).length > 0)
    .map(toStrict);
  const [only] = strict;
  if (strict.length === 1 && only !== undefined) return '$ref' in only ? only : { ...rest, ...definitionsOf(rest), ...only };
  return { ...rest, ...definitionsOf(rest), anyOf: strict };
}

function objectParts(properties: JsonObject, required: Json | undefined): JsonObject {
  const wanted = new Set(listOf(required) ?? []);
  const entries = Object.entries(properties).map(([name, property]): [string, Json] => {
    if (!isObject(property)) return [name, property];
    const strict = toStrict(property);
    const isOptional = !wanted.has(name) || 'default' in property;
    return [name, isOptional && !('const' in property) ? nullable(strict) : strict];
  });
  return {
    properties: Object.fromEntries(entries),
    ...(entries.length === 0 ? {} : { required: entries.map(([name]) => name) }),
    additionalProperties: false,
  };
}

function nullable(schema: JsonObject): JsonObject {
  const { type } = schema;
  if (typeof type === 'string') return enumWithNullAdded({ ...schema, type: type === 'null' ? type : [type, 'null'] });
  const types = listOf(type);
  if (types !== undefined) return enumWithNullAdded(types.includes('null') ? schema : { ...schema, type: [...types, 'null'] });
  const variants = listOf(schema['anyOf']);
  if (variants !== undefined) return variants.some(isNull) ? schema : { ...schema, anyOf: [...variants, { type: 'null' }] };
  return Object.keys(schema).length === 0 ? schema : { anyOf: [schema, { type: 'null' }] };
}

const isNull = (schema: Json): boolean => isObject(schema) && schema['type'] === 'null';

/** A type that takes null is of no use if the list of values does not. */
const enumWithNull = (schema: JsonObject): JsonObject => {
  const { type } = schema;
  return Array.isArray(type) && type.includes('null') ? pickEnum(enumWithNullAdded(schema)) : {};
};
const pickEnum = (schema: JsonObject): JsonObject => (schema['enum'] === undefined ? {} : { enum: schema['enum'] });
function enumWithNullAdded(schema: JsonObject): JsonObject {
  const values = listOf(schema['enum']);
  return values === undefined || values.includes(null) ? schema : { ...schema, enum: [...values, null] };
}

function definitionsOf(schema: JsonObject): JsonObject {
  const names = ['$defs', 'definitions'].filter((name) => isObject(schema[name]));
  return Object.fromEntries(
    names.map((name) => [
      name,
      Object.fromEntries(
        Object.entries(schema[name] ?? {}).map(([key, definition]: [string, Json]) => [
          key,
          isObject(definition) ? toStrict(definition) : definition,
        ]),
      ),
    ]),
  );
}

const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: Json | undefined): readonly Json[] | undefined => (Array.isArray(value) ? value : undefined);
