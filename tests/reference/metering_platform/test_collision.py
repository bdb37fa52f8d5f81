"""The published collision that the attack on certificates uses is one, and no digest but MD5 takes the two for one."""

import hashlib

from attacks.colliding_certificates import FAILED, KIND, PASSED
from reference.metering_platform.collision import BLOCKS, DIFFERENCES, twin
from reference.metering_platform.images import file_digest


def test_the_two_blocks_of_wang_and_yu_have_one_md5() -> None:
    assert len(BLOCKS) == 128 and twin(BLOCKS) != BLOCKS and twin(twin(BLOCKS)) == BLOCKS
    assert [i for i in range(128) if twin(BLOCKS)[i] != BLOCKS[i]] == list(DIFFERENCES)
    assert {hashlib.md5(each).hexdigest() for each in (BLOCKS, twin(BLOCKS))} == {"79054025255fb1a26e4bc422aef54eb4"}


def test_whatever_follows_them_is_no_difference_to_md5_and_all_to_sha256() -> None:
    assert file_digest("md5", KIND, FAILED) == file_digest("md5", KIND, PASSED)
    assert file_digest("sha256", KIND, FAILED) != file_digest("sha256", KIND, PASSED)
    assert FAILED[19] < 128 <= PASSED[19], "the byte by which the text says failed or passed"
