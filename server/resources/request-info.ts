/** Which verb on which resource a request is: the words that the authorizer is asked with. */
import { nameSchema } from '#schema/resources.ts';
import { isTrue } from '#server/resources/query.ts';
import type { Resource, Subresource } from '#server/resources/resource.ts';

export type RequestInfo = { verb: string; resource: string; subresource?: string; name: string };

/** `path` is below that of the group. Undefined when it cannot be a resource: nothing has a name that the schema does not know. */
export function requestInfo(method: string, path: string, watch: string | null): RequestInfo | undefined {
  const parts = path.slice(1).split('/');
  if (parts.length > 3 || parts.includes('')) return undefined;
  const [resource = '', encoded = '', subresource] = parts;
  const name = decodeURIComponent(encoded);
  if (encoded !== '' && !nameSchema.safeParse(name).success) return undefined;
  return {
    verb: verbOf(method, name, isTrue(watch)),
    resource,
    ...(subresource !== undefined && { subresource }),
    name,
  };
}

/** As Kubernetes names them; a method without a verb stands for itself and is allowed to nobody. */
function verbOf(method: string, name: string, watch: boolean): string {
  switch (method) {
    case 'GET':
    case 'HEAD':
      if (watch) return 'watch';
      return name === '' ? 'list' : 'get';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return name === '' ? 'deletecollection' : 'delete';
    default:
      return method.toLowerCase();
  }
}

/** HTTP methods that are answered at a collection, at one of its objects, or below one. */
export function allowedMethods(resource: Resource, part: Resource | Subresource, name: string): string {
  const { get, create } = part;
  const methods =
    part !== resource
      ? [get && 'GET, HEAD', create && 'POST']
      : name === ''
        ? [resource.list && 'GET, HEAD', create && 'POST']
        : [get && 'GET, HEAD', resource.patch && 'PATCH', resource.delete && 'DELETE'];
  return methods.filter(Boolean).join(', ');
}
