import {
  decodePodSecurityConfiguration,
  type PodSecuritySettings,
} from '../admission/pod-security-configuration.ts';
import { PodproofError } from '../core/errors.ts';
import { LineIndex } from '../manifest/line-index.ts';
import { valueOf } from '../manifest/node.ts';
import { readDocuments } from '../manifest/read-documents.ts';
import { readFileText } from '../manifest/read-file-text.ts';

/** The cluster's configuration of Pod Security admission, from the file that the API server reads. */
export function readPodSecurity(path: string): PodSecuritySettings {
  const cannot = (problems: readonly string[]): PodproofError =>
    new PodproofError('invalid', `cannot read "${path}"`, { problems });
  const file = readFileText(path, { explicit: true });
  if ('problem' in file) throw cannot([file.problem]);
  const { documents, problems } = readDocuments(path, file.text);
  if (problems.length > 0) {
    const lines = new LineIndex(file.text);
    throw cannot(
      problems.map(({ offset, message }) => {
        const { line, column } = lines.positionOf(offset);
        return `${path}:${line}:${column}  ${message}`;
      }),
    );
  }
  if (documents.length > 1) throw cannot([`expected one document, found ${documents.length}`]);
  const [document] = documents;
  return decodePodSecurityConfiguration(document && valueOf(document.root), path);
}
