"""A server of S3 in memory, whose requests need the keys that it prints; it ends with its standard input."""

import json
import sys

import boto3
import requests
from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
endpoint = "http://%s:%d" % server.get_host_and_port()
setup = {"endpoint_url": endpoint, "region_name": "us-east-1", "aws_access_key_id": "setup", "aws_secret_access_key": "setup"}
boto3.client("s3", **setup).create_bucket(Bucket="bucket")
iam = boto3.client("iam", **setup)
iam.create_user(UserName="batches")
policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
iam.put_user_policy(UserName="batches", PolicyName="s3", PolicyDocument=json.dumps(policy))
key = iam.create_access_key(UserName="batches")["AccessKey"]
requests.post(endpoint + "/moto-api/reset-auth", data="0").raise_for_status()
print(json.dumps({"endpoint": endpoint, "accessKeyId": key["AccessKeyId"], "secretAccessKey": key["SecretAccessKey"]}), flush=True)
sys.stdin.read()
