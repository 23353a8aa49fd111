/** One media type of a header, in lower case: `application/json;as=Table;v=v1`. */
export interface MediaType {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** A Content-Type or the parts of an Accept, in their order. What is not understood is left out. */
export function parseMediaTypes(header: string): readonly MediaType[] {
  return header.split(',').flatMap((part) => {
    const [type = '', ...parameters] = part.split(';').map((it) => it.trim());
    if (!/^[^\s/]+\/[^\s/]+$/.test(type)) return [];
    return [{ type: type.toLowerCase(), parameters: new Map(parameters.flatMap(parseParameter)) }];
  });
}

function parseParameter(parameter: string): readonly (readonly [string, string])[] {
  const equals = parameter.indexOf('=');
  if (equals === -1) return [];
  const value = parameter.slice(equals + 1).trim();
  return [[parameter.slice(0, equals).trim().toLowerCase(), value.replace(/^"(.*)"$/, '$1')]];
}
