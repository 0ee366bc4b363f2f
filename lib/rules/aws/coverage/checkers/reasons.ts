// Why a check of another checker is not asked, or not as it asks: what several of them ask alike.
export const CROSS_REGION = 'a copy in another region can leave the residency: ResidencyReplication judges where copies go, and none is asked for';
export const OPEN_BUCKET = 'S3BucketPublicAccessBlock shuts both ways for access lists and policies, and ResourcePolicyPublic judges the policy';
export const SHOWN = 'of what the app makes: that an account has none no template shows';
export const WAITING = 'how long a key waits before it is gone: which wait is seen in the account, not in a template';
export const ESCALATION = 'roles that are passed, and changes of who may do what; what a service does with a role that it has already, only where the whole service is allowed';
export const OUTSIDE_ECR = 'of images that are not in ECR: those of ECR come over endpoints of the VPC in any case, and the mode is refused for them';
export const MINIMUM = 'LogGroupRetention sets a longest time, this check a shortest: a log of what code printed holds data of people, and what is to be kept as evidence is in the trail';
export const LOCKED = 'S3BucketObjectLock asks for the opposite where people may demand erasure: a lock stands against it, and is for trails';
