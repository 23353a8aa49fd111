import {
  decodePodSecurityConfiguration,
  type PodSecuritySettings,
} from '../../admission/pod-security-configuration.ts';
import { PodproofError } from '../../core/errors.ts';
import { valueOf } from '../../manifest/node.ts';
import { readDocuments } from '../../manifest/read-documents.ts';
import { readFileText } from '../../manifest/read-file-text.ts';
