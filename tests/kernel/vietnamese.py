"""Strategies for Vietnamese text, and its 134 letters that ASCII lacks."""

from hypothesis import strategies as st

MARKED = "ăâđêôơư"
TONED = "áàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
LETTERS_134 = MARKED + TONED + MARKED.upper() + TONED.upper()

_COMMON = (
    "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý văn thị đức hữu ngọc "
    "minh thanh quốc xuân thu kim thúy hoà khỏe quý quyên thủy tuấn phương ánh yến ý ưng oanh uyên "
    "khuê hiếu nghĩa giang gì gìn trưởng nguyệt ngoẻo khuỷu thuở mỹ kỳ vy sỹ quới đạt hạnh"
)
SYLLABLES = st.sampled_from(_COMMON.split())
NAMES = st.lists(SYLLABLES.map(str.title), min_size=2, max_size=5).map(" ".join)
