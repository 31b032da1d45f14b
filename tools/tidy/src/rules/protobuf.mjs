/** Only `wire` knows protobuf: everywhere else messages are plain unions. */
import { importsOf, packageNameOf } from '../imports.mjs';
import { violationAt, violationIn } from '../violation.mjs';

const LIBRARY = /^protobufjs(?:-cli)?$/;
const HOME = 'packages/wire';

/** @type {import('../violation.mjs').Rule} */
export const protobuf = {
  names: ['protobuf'],
  *check(repository) {
    for (const file of repository.codeFiles.filter((each) => each.packageDir !== HOME)) {
      for (const { specifier, offset } of importsOf(file)) {
        if (!LIBRARY.test(packageNameOf(specifier))) continue;
        yield violationAt(file, offset, 'protobuf', `${specifier}: only wire turns messages into bytes`);
      }
    }
    for (const { dir, path, manifest } of repository.packages) {
      const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
      if (dir !== HOME && names.some((name) => LIBRARY.test(name))) {
        yield violationIn(path, 'protobuf', 'depends on protobufjs: only wire may');
      }
    }
  },
};
