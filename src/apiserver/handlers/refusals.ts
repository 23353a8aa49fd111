import { ApiError } from '../../kube/status.ts';

/** A verb that the resource does not have, or a method that is no verb. */
export function methodNotAllowed(): ApiError {
  const message = 'the server does not allow this method on the requested resource';
  return new ApiError('MethodNotAllowed', message, {});
}

/** A kind or a subresource that there is not. */
export function unknownResource(): ApiError {
  return new ApiError('NotFound', 'the server could not find the requested resource', {});
}
