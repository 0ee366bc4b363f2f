import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const PYTHON = join(__dirname, '..', '..', '.venv', 'bin', 'python');

/** Whether AWS's own request shapes are at hand, from botocore. */
export const HAS_BOTOCORE = existsSync(PYTHON);

const SCRIPT = `
import json, sys, botocore.session, botocore.validate
session = botocore.session.get_session()
for service, operation, params in json.load(sys.stdin):
    shape = session.get_service_model(service).operation_model(operation).input_shape
    report = botocore.validate.ParamValidator().validate(params, shape)
    def enums(value, shape, path):
        if shape.type_name == 'structure' and isinstance(value, dict):
            for k, v in value.items():
                if k in shape.members: yield from enums(v, shape.members[k], path + '.' + k)
        elif shape.type_name == 'list' and isinstance(value, list):
            for v in value: yield from enums(v, shape.member, path)
        elif shape.type_name == 'string' and getattr(shape, 'enum', None) and value not in shape.enum:
            yield path + ': ' + str(value) + ' is none of ' + ', '.join(shape.enum)
    problems = ([report.generate_report()] if report.has_errors() else []) + list(enums(params, shape, operation))
    print(json.dumps(problems))
`;

/** Checks requests against the request shapes of the service's API; gives the problems of each. */
export function requestProblems(requests: [service: string, operation: string, params: unknown][]): string[][] {
  const output = execFileSync(PYTHON, ['-c', SCRIPT], { input: JSON.stringify(requests), encoding: 'utf8' });
  return output.trim().split('\n').map((line) => JSON.parse(line) as string[]);
}

const MEMBERS = `
import json, sys, botocore.session
session = botocore.session.get_session()
def has(shape, path):
    for key in path:
        while shape.type_name == 'list': shape = shape.member
        if shape.type_name == 'map': return True
        if shape.type_name != 'structure' or key not in shape.members: return False
        shape = shape.members[key]
    return True
def asked(service, operation, path):
    model = session.get_service_model(service)
    return operation in model.operation_names and has(model.operation_model(operation).input_shape, path.split('.'))
print(json.dumps([asked(*one) for one in json.load(sys.stdin)]))
`;

/** Whether each request has a member at a path, such as `OutputDataConfig.KmsKeyId`; lists are walked through, and what is no operation has none. */
export function hasMembers(members: [service: string, operation: string, path: string][]): boolean[] {
  return JSON.parse(execFileSync(PYTHON, ['-c', MEMBERS], { input: JSON.stringify(members), encoding: 'utf8' })) as boolean[];
}
